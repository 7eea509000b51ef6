"""What Reflex needs to know. The choices are in `cabinet/settings.py` and docs/front-end.md."""

import reflex as rx

from cabinet import settings

_settings = settings.get()

config = rx.Config(
    app_name="cabinet",
    plugins=[rx.plugins.TailwindV4Plugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    frontend_port=_settings.port,
    backend_port=_settings.port,
    cors_allowed_origins=_settings.origins,
    trusted_proxy_hops=_settings.proxy_hops,
    state_manager_mode="redis" if _settings.redis_url else "memory",
    redis_url=_settings.redis_url or None,
    frontend_compression_formats=["gzip", "brotli"],
    default_color_mode="system",
    telemetry_enabled=False,
    show_built_with_reflex=False,
)

"""What Reflex needs to know. The choices are in `cabinet/settings.py` and docs/front-end.md."""

from typing import Any

import reflex as rx

from cabinet import settings

_settings = settings.get()


class FewFiles(rx.plugins.Plugin):
    """Have the bundler put what pages share into two files.

    By itself it makes a dozen and one more of each icon, and a browser asks for six at a time.
    """

    ANCHOR = "groups: ["
    GROUPS = (
        # The addresses of the server stay by themselves: cabinet/operate/frontend.py writes in that file.
        r"{ test: /env\.json/, name: 'reflex-env', priority: 3 },",
        r"{ test: /node_modules[\\/](?!lucide-react|plotly|react-plotly)/, name: 'framework', priority: 2 },",
        r"{ test: /lucide-react|[\\/]\.web[\\/]utils/, name: 'shared', priority: 1, minShareCount: 2 },",
    )

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"]("vite.config.js", self._grouped)

    def _grouped(self, script: str) -> str:
        if script.count(self.ANCHOR) != 1:
            raise RuntimeError(f"«{self.ANCHOR}» stands elsewhere: this Reflex builds otherwise.")
        return script.replace(self.ANCHOR, "\n            ".join((self.ANCHOR, *self.GROUPS)))


config = rx.Config(
    app_name="cabinet",
    plugins=[rx.plugins.TailwindV4Plugin(), FewFiles()],
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

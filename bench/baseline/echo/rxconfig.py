import reflex as rx

config = rx.Config(
    app_name="echo",
    disable_plugins=[rx.plugins.SitemapPlugin],
    telemetry_enabled=False,
    state_manager_mode="memory",
)

"""The same domain for programs and for plain forms: routes in front of the pages, and the doors around everything."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import Match, Route

from cabinet.api import auth, errors, files, health, pay, uploads, v1, webhooks


def routes() -> FastAPI:
    """Return the routes of the installation as one app; what it does not know falls through to the pages."""
    app = FastAPI(title="Cabinet", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    errors.install(app)
    for module in (auth, pay, webhooks, files, uploads, health, v1):
        app.include_router(module.router)

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(request: Request, rest: str) -> JSONResponse:
        known = [route for route in v1.router.routes if isinstance(route, Route)]
        others = [route.methods or set() for route in known if route.matches(request.scope)[0] is Match.PARTIAL]
        if others:
            allowed = ", ".join(sorted(set().union(*others)))
            return errors.problem(405, "method_not_allowed", f"/api/{rest}"[:100], {"Allow": allowed})
        return errors.problem(404, "not_found", f"/api/{rest}"[:100])

    return app

"""The same domain for programs and for plain forms: routes in front of the pages, and the doors around everything."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from cabinet.api import auth, errors, files, health, pay, v1, webhooks


def routes() -> FastAPI:
    """Return the routes of the installation as one app; what it does not know falls through to the pages."""
    app = FastAPI(title="Cabinet", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    errors.install(app)
    for module in (auth, pay, webhooks, files, health, v1):
        app.include_router(module.router)

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(rest: str) -> JSONResponse:
        problem = {"type": "about:blank", "title": "not_found", "status": 404, "detail": f"/api/{rest}"[:100]}
        return JSONResponse(problem, 404, media_type="application/problem+json")

    return app

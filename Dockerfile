# One image for the web and for the workers: docs/operating.md. What is baked into the pages comes in as arguments.
FROM python:3.12-slim

ARG CABINET_BRAND="Меридиан"
ARG CABINET_BRAND_HUE=212
ARG CABINET_SUPPORT_PHONE="8 800 555-01-20"

ENV CABINET_MODE=production \
    CABINET_BRAND=${CABINET_BRAND} \
    CABINET_BRAND_HUE=${CABINET_BRAND_HUE} \
    CABINET_SUPPORT_PHONE=${CABINET_SUPPORT_PHONE} \
    CABINET_HOME=/data \
    CABINET_ENV_FILE=/data/cabinet.env \
    CABINET_HOST=0.0.0.0 \
    PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1

WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY . .

# The workshop of the front end stays in this layer's build; what is served is .frontend.
RUN python -m cabinet build && rm -rf .web .tools

RUN useradd --system --home-dir /data --uid 10001 cabinet && install -d -m 0700 -o cabinet -g cabinet /data
USER cabinet
VOLUME /data
EXPOSE 3000
ENTRYPOINT ["python", "-m", "cabinet"]
CMD ["web"]

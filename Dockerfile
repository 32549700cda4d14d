FROM python:3.13-slim AS build
WORKDIR /kindling
COPY requirements-run.lock ./
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-run.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /kindling kindling \
 && install -d -o kindling /kindling/var
WORKDIR /kindling
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/venv /opt/venv
COPY alembic.ini pyproject.toml ./
COPY app app
COPY lessons lessons
COPY locale locale
COPY migrations migrations
COPY templates templates
USER kindling
VOLUME /kindling/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--host", "0.0.0.0"]

# The production image: web server, worker and clock run from it, each with a command of its own.
# It holds requirements.txt only; the embedded services of the demo stay out.

FROM python:3.13.9-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /tmp/requirements.txt
RUN pip install --require-hashes --requirement /tmp/requirements.txt
WORKDIR /app
COPY . .
# The settings ask for these; nothing is reached at them while building.
RUN export SECRET_KEY=for-building-only DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    && python manage.py compilemessages --locale nl \
    && python manage.py collectstatic --noinput

FROM python:3.13.9-slim-bookworm
RUN groupadd --gid 10001 belbelofte \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin belbelofte
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4", \
     "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]

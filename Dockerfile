# An image of Reach: the program, a user of its own, one volume with the workspace.
#   docker build -t reach .
#   docker run --rm -it -v reach:/workspace reach init /workspace
#   docker run --rm -v reach:/workspace reach nightly
FROM python:3.13-slim-bookworm AS build
COPY . /src
RUN python -m venv /opt/reach \
    && /opt/reach/bin/pip install --no-cache-dir --constraint /src/constraints.txt /src

FROM python:3.13-slim-bookworm
RUN useradd --create-home --uid 10001 reach && install -d -o reach -g reach -m 700 /workspace
COPY --from=build /opt/reach /opt/reach
ENV PATH=/opt/reach/bin:$PATH REACH_HOME=/workspace PYTHONUNBUFFERED=1 DO_NOT_TRACK=1
USER reach
WORKDIR /workspace
VOLUME /workspace
# Healthy: what is published opens, or nothing is published yet.
HEALTHCHECK --interval=10m --timeout=1m --start-period=1m \
    CMD test ! -e published/manifest.json || reach query "select as_of from about" --format csv
ENTRYPOINT ["reach"]
CMD ["--help"]

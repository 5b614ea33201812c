# The page and the API. docker build -t instructir .   or, for NVIDIA cards, --build-arg VARIANT=cuda
FROM python:3.11-slim AS build
ARG VARIANT=cpu
# PyTorch's index of CPU builds; without it the CPU variant carries the CUDA libraries as well, unused.
ARG CPU_INDEX=
WORKDIR /src
RUN python -m venv /opt/instructir
ENV PATH=/opt/instructir/bin:$PATH
COPY constraints.txt ./
# PyTorch first: it is large and changes seldom.
RUN if [ "$VARIANT" = cpu ] && [ -n "$CPU_INDEX" ]; then from="--index-url $CPU_INDEX"; fi; \
    pip install --no-cache-dir $from "$(grep '^torch==' constraints.txt)"
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
COPY configs configs
RUN pip install --no-cache-dir -c constraints.txt ".[offline,formats,ui]"

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home instructir \
    && mkdir /data && chown instructir /data
COPY --from=build /opt/instructir /opt/instructir
ENV PATH=/opt/instructir/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    INSTRUCTIR_CACHE=/data
USER instructir
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
# The signal for an orderly end; give it time with docker stop -t 40.
STOPSIGNAL SIGTERM
ENTRYPOINT ["instructir", "serve", "--host", "0.0.0.0", "--port", "7860"]

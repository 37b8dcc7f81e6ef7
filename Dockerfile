# One image a service: docker build --target public|confirm|worker|all . (or buildah build --format docker …).
# On top of the base an image holds the executable with the Swift library inside, the C libraries it needs and the
# certificates; no shell is used. dev/images.sh builds them all.

# A Debian of the release that the builder has, or another base with its glibc.
ARG BASE=debian:bookworm-slim
ARG SWIFT_IMAGE=swift:6.3-bookworm
# `compiled` builds in here. `local` takes what `dev/build.sh` and `dev/image-roots.sh .build/image` made outside: for
# machines that can pull no Swift image.
ARG BUILDER=compiled

FROM ${SWIFT_IMAGE} AS compiled
WORKDIR /src
COPY . .
RUN dev/install-packages.sh build && dev/build.sh && dev/image-roots.sh /out

FROM scratch AS local
COPY .build/image/ /out/

FROM ${BUILDER} AS built

FROM ${BASE} AS base
ENV LD_LIBRARY_PATH=/usr/local/lib/ticket \
    SWIFT_BACKTRACE=enable=no \
    TICKET_HOST=0.0.0.0 TICKET_PORT=8080 TICKET_ADMIN_PORT=9080 TICKET_DATA=/var/lib/ticket
COPY --from=built --chown=65532:65532 /out/data/ /var/lib/
VOLUME /var/lib/ticket
USER 65532:65532
EXPOSE 8080 9080

FROM base AS public
COPY --from=built /out/public/ /
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/usr/local/bin/ticket-public", "health"]
ENTRYPOINT ["/usr/local/bin/ticket-public"]

FROM base AS confirm
COPY --from=built /out/confirm/ /
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/usr/local/bin/ticket-confirm", "health"]
ENTRYPOINT ["/usr/local/bin/ticket-confirm"]

FROM base AS worker
COPY --from=built /out/worker/ /
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/usr/local/bin/ticket-worker", "health"]
ENTRYPOINT ["/usr/local/bin/ticket-worker"]

FROM base AS all
COPY --from=built /out/all/ /
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/usr/local/bin/ticket", "health"]
ENTRYPOINT ["/usr/local/bin/ticket", "run"]

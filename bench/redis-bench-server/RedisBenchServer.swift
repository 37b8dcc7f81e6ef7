import Bootstrap

/// Serves the same bytes from the process and from Redis, for `make bench-redis`.
@main
enum RedisBenchServer {
    static func main() {
        Program.run(.publicSite) { _ in RedisRoutes.add }
    }
}

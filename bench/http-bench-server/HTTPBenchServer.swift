import Bootstrap

/// Serves fixed bytes through everything that a service's answers go through, for `make bench-http`.
@main
enum HTTPBenchServer {
    static func main() {
        Program.run(.publicSite) { _ in
            { context in
                BenchRoutes.add(to: context)
                SaleRoutes.add(to: context)
            }
        }
    }
}

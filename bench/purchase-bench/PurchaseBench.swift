import EventLoop
import Glibc
import HTTP
import LoadBot

/// Buys seats from a running system at a fixed rate and prints one JSON line: the instrument of
/// `bench/embedded.py`. It aims at loopback only.
@main
enum PurchaseBench {
    static func main() {
        guard let options = BenchOptions(Array(CommandLine.arguments.dropFirst())) else {
            print(BenchOptions.usage)
            exit(64)
        }
        let loop = EventLoop(name: "load")
        loop.execute {
            var settings = ClientSettings()
            settings.maxConnections = options.connections
            settings.maxWaiting = 1_000_000
            settings.requestTimeoutMs = 20_000
            let client = HTTPClient(loop: loop, address: options.address, settings: settings)
            PurchaseRun(loop: loop, client: client, plan: options.plan) { result in
                print(BenchReport.json(result, options.plan))
                client.close()
                exit(result.created == options.plan.seats.count ? 0 : 1)
            }.begin()
        }
        loop.run()
    }
}

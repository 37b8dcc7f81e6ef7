import Bootstrap
import HTTP
import Telemetry

/// Serves fixed bytes through everything that a service's answers go through, for `make bench-http`.
@main
enum HTTPBenchServer {
    static func main() throws {
        var settings = HostSettings()
        settings.loops = CommandLine.arguments.contains("2") ? 2 : 1
        let logger = Logger(service: "bench", level: .info, sink: DescriptorLogSink(descriptor: 1))
        try ServiceHost(service: "bench", settings: settings, logger: logger, metrics: MetricsRegistry()).run
        { BenchRoutes.add(to: $0) }
    }
}

import EventLoop
import HTTP

/// Reads the services' metrics pages beside the load.
final class MetricsWatch {
    /// A page of metrics and the client that asks for it.
    struct Source {
        let client: HTTPClient
        let target: String
    }

    private let loop: EventLoop
    private let sources: [Source]
    private var last: (text: PrometheusText, atNs: UInt64)?

    init(loop: EventLoop, sources: [Source]) {
        self.loop = loop
        self.sources = sources
    }

    /// What has changed since the last time; nothing at the first.
    func read() async -> [String: Double] {
        guard !sources.isEmpty else { return [:] }
        var text = ""
        for source in sources {
            guard let answer = try? await source.client.send(ClientRequest(.get, source.target)),
                answer.status == 200
            else { continue }
            text += answer.text + "\n"
        }
        let now = (PrometheusText(text), loop.readClockNs())
        defer { last = (now.0, now.1) }
        guard let last else { return [:] }
        return SystemFigures.between(
            last.text, now.0, seconds: Double(now.1 - last.atNs) / 1e9)
    }
}

import JSON
import Ticketing

/// How the last call to each thing the service depends on went, for the health route.
final class SourceHealth {
    enum Source: Int, CaseIterable {
        case catalogue, ledger, orders, queue, cache

        var name: StaticString {
            switch self {
            case .catalogue: "catalogue"
            case .ledger: "ledger"
            case .orders: "orders"
            case .queue: "queue"
            case .cache: "cache"
            }
        }
    }

    private var words = [StaticString](repeating: "unused", count: Source.allCases.count)

    func note(_ source: Source, _ error: PortError?) {
        words[source.rawValue] = error == nil ? "ok" : "failing"
    }

    /// Passes a call's answer on and remembers how it went.
    func noting<Value>(
        _ source: Source, _ call: () async throws(PortError) -> Value
    ) async throws(PortError) -> Value {
        do throws(PortError) {
            let value = try await call()
            note(source, nil)
            return value
        } catch {
            note(source, error)
            throw error
        }
    }

    func body(service: StaticString) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", "ok" as StaticString)
            writer.member("service", service)
            writer.object("dependsOn") { writer in
                for source in Source.allCases { writer.member(source.name, words[source.rawValue]) }
            }
        }
        return writer.bytes
    }
}

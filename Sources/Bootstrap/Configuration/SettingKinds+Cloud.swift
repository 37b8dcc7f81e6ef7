import Cryptography

/// Kinds of values that only matter where the services run on AWS.
extension TypedSetting where Value == String {
    /// A name that is part of others: of metrics, of resources.
    static func word(
        _ name: String, _ help: String, usedBy: Set<Executable>, default defaultText: String
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "1 to 32 letters, digits and hyphens", usedBy: usedBy,
            default: { _ in defaultText }
        ) { text in
            let isWord =
                1...32 ~= text.utf8.count
                && text.utf8.allSatisfy {
                    48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || $0 == UInt8(ascii: "-")
                }
            return isWord ? text : nil
        }
    }
}

extension TypedSetting where Value == TraceTarget {
    static func traceTarget(_ name: String, _ help: String, usedBy: Set<Executable>) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "off or xray:ADDRESS:PORT, for example xray:127.0.0.1:2000",
            usedBy: usedBy, default: { _ in "off" }, parse: { TraceTarget($0) })
    }
}

extension TypedSetting where Value == Secret {
    /// A seed of 32 bytes in URL-safe Base64, as the data directory keeps it.
    static func ticketKey(_ name: String, _ help: String, usedBy: Set<Executable>) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "32 bytes in URL-safe Base64 without padding", isSecret: true,
            usedBy: usedBy, default: { _ in nil }
        ) { TicketKeySeed.decode($0) == nil ? nil : Secret($0) }
    }
}

extension TypedSetting where Value == TaskCounts {
    static func taskCounts(
        _ name: String, _ help: String, usedBy: Set<Executable>, default defaultValue: (min: Int, max: Int)
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "two numbers from 1 to 5000, for example 3-60", usedBy: usedBy,
            default: { _ in "\(defaultValue.min)-\(defaultValue.max)" }, parse: { TaskCounts($0) })
    }
}

/// The least and the most tasks. That the one is not above the other is the policies' business.
struct TaskCounts: Sendable {
    let min: Int
    let max: Int

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let min = Decimal.whole(String(parts[0]), in: 1...5_000),
            let max = Decimal.whole(String(parts[1]), in: 1...5_000)
        else { return nil }
        self.min = min
        self.max = max
    }
}

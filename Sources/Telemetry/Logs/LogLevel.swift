/// How much a line matters. A logger writes lines of its own level and above.
package enum LogLevel: Int, Comparable, CaseIterable, Sendable {
    case debug, info, warning, error

    /// The level of this name, or nil.
    package init?(_ name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

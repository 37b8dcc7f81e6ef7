import Glibc
import Telemetry

/// The kinds of values that settings have, each with its words for what would be right.
extension TypedSetting where Value == Int {
    static func number(
        _ name: String, _ help: String, _ what: String = "a whole number", in range: ClosedRange<Int>,
        usedBy: Set<Executable> = Executable.services,
        default defaultValue: @escaping @Sendable (SettingDefaults) -> Int
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "\(what) from \(range.lowerBound) to \(range.upperBound)",
            usedBy: usedBy,
            default: { String(defaultValue($0)) }, parse: { Decimal.whole($0, in: range) })
    }

    static func number(
        _ name: String, _ help: String, _ what: String = "a whole number", in range: ClosedRange<Int>,
        usedBy: Set<Executable> = Executable.services, default defaultValue: Int
    ) -> TypedSetting {
        number(name, help, what, in: range, usedBy: usedBy, default: { _ in defaultValue })
    }

    static func milliseconds(
        _ name: String, _ help: String, in range: ClosedRange<Int> = 1...600_000,
        usedBy: Set<Executable> = Executable.services, default defaultValue: Int
    ) -> TypedSetting {
        number(name, help, "a number of milliseconds", in: range, usedBy: usedBy, default: defaultValue)
    }

    static func port(
        _ name: String, _ help: String, default defaultValue: @escaping @Sendable (SettingDefaults) -> Int
    ) -> TypedSetting {
        number(name, help, "a port", in: 0...65_535, default: defaultValue)
    }
}

extension TypedSetting where Value == Double {
    static func percent(_ name: String, _ help: String, default defaultText: String) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "a percentage from 0 to 100",
            default: { _ in defaultText }, parse: { Decimal.fraction($0, in: 0...100) })
    }
}

extension TypedSetting where Value == Bool {
    static func onOff(
        _ name: String, _ help: String, usedBy: Set<Executable>,
        default isOn: @escaping @Sendable (SettingDefaults) -> Bool
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "on or off", isSwitch: true, usedBy: usedBy,
            default: { isOn($0) ? "on" : "off" }, parse: { ["on": true, "off": false][$0] })
    }
}

extension TypedSetting where Value == LogLevel {
    static func logLevel(
        _ name: String, _ help: String, usedBy: Set<Executable>,
        default defaultValue: @escaping @Sendable (SettingDefaults) -> LogLevel
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: LogLevel.allCases.map(\.name).joined(separator: ", "), usedBy: usedBy,
            default: { defaultValue($0).name }, parse: { LogLevel($0) })
    }
}

extension TypedSetting where Value == String {
    /// An address of this machine to listen on.
    static func address(_ name: String, _ help: String, default defaultText: String) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "an IPv4 or IPv6 address, for example 0.0.0.0",
            default: { _ in defaultText }
        ) { text in
            var address = in6_addr()
            let isAddress =
                inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
            return isAddress ? text : nil
        }
    }

    /// Certificates of authorities; those of the machine by default.
    static func authorities(_ name: String, _ help: String, usedBy: Set<Executable>) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "system, or the path of a readable file", usedBy: usedBy,
            default: { _ in "system" }
        ) { text in text == "system" || (!text.utf8.contains(0) && access(text, R_OK) == 0) ? text : nil }
    }

    static func directory(
        _ name: String, _ help: String, usedBy: Set<Executable>, default defaultText: String
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: "the path of a directory", usedBy: usedBy, default: { _ in defaultText }
        ) { text in text.isEmpty || text.utf8.contains(0) ? nil : text }
    }
}

extension TypedSetting where Value == AdapterLocation {
    static func adapter(
        _ name: String, _ help: String, schemes: [AdapterLocation.Scheme], usedBy: Set<Executable>,
        default defaultText: @escaping @Sendable (SettingDefaults) -> String
    ) -> TypedSetting {
        TypedSetting(
            name, help, expectation: schemes.map(\.form).joined(separator: " or "), usedBy: usedBy,
            default: { defaultText($0) }, parse: { AdapterLocation($0, schemes: schemes) })
    }
}

extension TypedSetting where Value == Secret {
    /// One secret of any form.
    static func secret(_ name: String, _ help: String, expectation: String, usedBy: Set<Executable>)
        -> TypedSetting
    {
        TypedSetting(
            name, help, expectation: expectation, isSecret: true, usedBy: usedBy, default: { _ in nil }
        ) { text in text.isEmpty ? nil : Secret(text) }
    }
}

extension TypedSetting where Value == [Secret] {
    /// One secret or several, newest first, so that one can be replaced without a moment in which none is valid.
    static func secrets(_ name: String, _ help: String, minCount: Int, usedBy: Set<Executable>)
        -> TypedSetting
    {
        TypedSetting(
            name, help,
            expectation:
                "at least \(minCount) characters without spaces; several are separated by commas, newest first",
            isSecret: true, usedBy: usedBy, default: { _ in nil }
        ) { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let areRight = parts.allSatisfy { part in
                part.utf8.count >= minCount && part.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            }
            return areRight ? parts.map { Secret(String($0)) } : nil
        }
    }
}

/// Decimal numbers without signs, spaces or exponents: what a person would write into a setting.
enum Decimal {
    static func whole(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }), let value = Int(text) else {
            return nil
        }
        return range.contains(value) ? value : nil
    }

    static func fraction(_ text: String, in range: ClosedRange<Double>) -> Double? {
        guard text.utf8.first.map({ 48...57 ~= $0 }) == true,
            text.utf8.allSatisfy({ 48...57 ~= $0 || $0 == UInt8(ascii: ".") }), let value = Double(text)
        else { return nil }
        return range.contains(value) ? value : nil
    }
}

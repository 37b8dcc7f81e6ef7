import Ticketing

/// An account as its record: form, state, detail, three counts, currency, minor units. Always as long.
extension SandboxAccount {
    private static let form: UInt8 = 1
    private static let length = 17

    private enum StateCode {
        static let open: UInt8 = 0
        static let captured: UInt8 = 1
        static let declined: UInt8 = 2
        static let voided: UInt8 = 3
        static let refunded: UInt8 = 4
    }

    var bytes: [UInt8] {
        var code = StateCode.open
        var detail: UInt8 = 0
        var money: Money?
        switch state {
        case .open: break
        case .captured(let amount): (code, money) = (StateCode.captured, amount)
        case .declined(let reason): (code, detail) = (StateCode.declined, reason.rawValue)
        case .reversed(.voided): code = StateCode.voided
        case .reversed(.refunded(let amount)): (code, money) = (StateCode.refunded, amount)
        }
        var bytes = [Self.form, code, detail]
        // A count that has reached the top stays there: it says "too many" all the same.
        bytes += [failureCount, captureCount, refundCount].map { UInt8(clamping: $0) }
        bytes += money.map { Array($0.currency.code.utf8) } ?? [0, 0, 0]
        let minorUnits = UInt64(money?.minorUnits ?? 0)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: minorUnits >> UInt64(56 - 8 * $0)) }
        return bytes
    }

    init(bytes: [UInt8]) throws(PortError) {
        guard bytes.count == Self.length, bytes[0] == Self.form else {
            throw PortError(.corrupt, "a record of the sandbox has an unknown form")
        }
        do {
            switch bytes[1] {
            case StateCode.open: state = .open
            case StateCode.captured: state = .captured(try Self.money(bytes))
            case StateCode.declined:
                guard let reason = DeclineReason(rawValue: bytes[2]) else {
                    throw InvalidValue(.unknown, field: "reason", message: "must be a known reason")
                }
                state = .declined(reason)
            case StateCode.voided: state = .reversed(.voided)
            case StateCode.refunded: state = .reversed(.refunded(try Self.money(bytes)))
            default: throw InvalidValue(.unknown, field: "state", message: "must be a known state")
            }
        } catch {
            throw PortError(.corrupt, "a record of the sandbox does not make sense", cause: error)
        }
        failureCount = Int(bytes[3])
        captureCount = Int(bytes[4])
        refundCount = Int(bytes[5])
    }

    private static func money(_ bytes: [UInt8]) throws(InvalidValue) -> Money {
        let minorUnits = bytes[9..<17].reduce(UInt64(0)) { ($0 << 8) | UInt64($1) }
        guard let minorUnits = Int(exactly: minorUnits) else {
            throw InvalidValue(.outOfRange, field: "amount", message: "must be a number of minor units")
        }
        return try Money(
            minorUnits: minorUnits, currency: Currency(String(decoding: bytes[6..<9], as: UTF8.self)))
    }
}

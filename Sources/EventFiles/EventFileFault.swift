import JSON
import Ticketing

/// One thing that is wrong with an event file, and where.
package struct EventFileFault: Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let reason: String

    package var description: String { "line \(line): \(reason)" }
}

/// Why a file is no event: every fault that was found, in the order of the file.
package struct EventFileFaults: Error, Equatable, Sendable {
    package let faults: [EventFileFault]

    init(_ faults: [EventFileFault]) { self.faults = faults }
}

/// Gathers faults while a file is read.
struct EventFaultList {
    private let text: [UInt8]
    private(set) var faults: [EventFileFault] = []

    /// A file with more is another kind of file; the rest would only scroll the first ones away.
    private static let maxFaults = 50

    init(text: [UInt8]) { self.text = text }

    var isEmpty: Bool { faults.isEmpty }

    mutating func add(_ reason: String, at offset: Int) {
        guard faults.count < Self.maxFaults else { return }
        let place = TextPosition(offset: offset, in: text)
        faults.append(EventFileFault(line: place.line, column: place.column, reason: reason))
    }

    mutating func add(_ error: JSONError) {
        add(
            error.pointer.isEmpty ? "this \(error.message)" : "\(error.pointer) \(error.message)",
            at: error.offset)
    }

    /// The value, or nil and a fault.
    mutating func check<Value>(at offset: Int, _ make: () throws(InvalidValue) -> Value) -> Value? {
        do throws(InvalidValue) {
            return try make()
        } catch {
            add("\(error.field) \(error.message)", at: offset)
            return nil
        }
    }
}

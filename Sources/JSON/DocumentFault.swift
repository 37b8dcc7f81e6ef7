/// One thing that is wrong with a document that a person wrote, and where.
package struct DocumentFault: Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let reason: String

    package var description: String { "line \(line): \(reason)" }
}

/// Gathers the faults of a document while it is read, so that its author hears of all of them at once.
package struct DocumentFaultList {
    private let text: [UInt8]
    package private(set) var faults: [DocumentFault] = []

    /// A file with more is another kind of file; the rest would only scroll the first ones away.
    private static let maxFaults = 50

    package init(text: [UInt8]) { self.text = text }

    package var isEmpty: Bool { faults.isEmpty }

    package mutating func add(_ reason: String, at offset: Int) {
        guard faults.count < Self.maxFaults else { return }
        let place = TextPosition(offset: offset, in: text)
        faults.append(DocumentFault(line: place.line, column: place.column, reason: reason))
    }

    package mutating func add(_ error: JSONError) {
        add(
            error.pointer.isEmpty ? "this \(error.message)" : "\(error.pointer) \(error.message)",
            at: error.offset)
    }
}

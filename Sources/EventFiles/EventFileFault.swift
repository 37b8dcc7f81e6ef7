import JSON
import Ticketing

/// One thing that is wrong with an event file, and where.
package typealias EventFileFault = DocumentFault

/// Why a file is no event: every fault that was found, in the order of the file.
package struct EventFileFaults: Error, Equatable, Sendable {
    package let faults: [EventFileFault]

    init(_ faults: [EventFileFault]) { self.faults = faults }
}

typealias EventFaultList = DocumentFaultList

extension DocumentFaultList {
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

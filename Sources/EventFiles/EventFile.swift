import JSON
import Ticketing

/// An event as an organiser writes it down: JSON with the sale, the prices and the house. The format is
/// described in `docs/event-file.md`.
package enum EventFile {
    /// A map of the most seats the domain allows stays far below this.
    package static let maxBytes = 256 * 1_024 * 1_024

    /// The listing that the file describes, or everything that is wrong with it.
    package static func read(_ bytes: [UInt8]) throws(EventFileFaults) -> Listing {
        var faults = EventFaultList(text: bytes)
        let draft: EventDraft
        do throws(JSONError) {
            draft = try bytes.withReader { reader throws(JSONError) in try EventDraft(&reader, &faults) }
        } catch {
            // What is not JSON cannot be read on from there: one fault more, and the last.
            faults.add(error)
            throw EventFileFaults(faults.faults)
        }
        guard faults.isEmpty else { throw EventFileFaults(faults.faults) }
        let listing = draft.listing(&faults)
        guard let listing, faults.isEmpty else { throw EventFileFaults(faults.faults) }
        return listing
    }
}

extension [UInt8] {
    fileprivate func withReader<Value>(
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value { try JSONReader.read(self, body) }
}

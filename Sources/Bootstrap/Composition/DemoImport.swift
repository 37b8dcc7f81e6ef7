import EventFiles
import Ticketing

/// Brings the event `demo` when it is not there. What an operator has made of it since is left alone.
enum DemoImport {
    static func run(into catalogue: any Catalogue, now: Timestamp) async throws(PortError) {
        let listing: Listing
        do throws(EventFileFaults) {
            listing = try DemoEvent.listing()
        } catch {
            preconditionFailure("the demo event is not right: \(error.faults)")
        }
        guard try await catalogue.event(listing.event.id) == nil else { return }
        _ = try await catalogue.importListing(listing, now: now)
    }
}

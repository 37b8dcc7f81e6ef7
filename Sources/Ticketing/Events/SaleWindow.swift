/// When an event is on sale: from `opensAt` until just before `closesAt`.
package struct SaleWindow: Hashable, Sendable {
    package let opensAt: Timestamp
    package let closesAt: Timestamp

    package init(opensAt: Timestamp, closesAt: Timestamp) throws(InvalidValue) {
        guard opensAt < closesAt else {
            throw InvalidValue(.outOfRange, field: "closesAt", message: "must be later than opensAt")
        }
        self.opensAt = opensAt
        self.closesAt = closesAt
    }

    package func checkOpen(at now: Timestamp) throws(Refusal) {
        guard now >= opensAt else { throw .saleNotOpenYet(opensAt: opensAt) }
        guard now < closesAt else { throw .saleClosed(closedAt: closesAt) }
    }
}

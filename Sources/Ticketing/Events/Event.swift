/// What is on sale, without its map: small enough to be listed.
package struct Event: Hashable, Sendable {
    package static let maxPrices = 100
    package static let maxSections = 2000

    package let id: EventID
    package let name: String
    package let venue: String
    package let currency: Currency
    package let saleWindow: SaleWindow
    package let limits: SaleLimits
    package let prices: [Price]
    package let sections: [Section]
    package let mapHash: ContentHash

    package init(
        id: EventID, name: String, venue: String, currency: Currency, saleWindow: SaleWindow,
        limits: SaleLimits, prices: [Price], sections: [Section], mapHash: ContentHash
    ) throws(InvalidValue) {
        guard (1...Self.maxPrices).contains(prices.count) else {
            throw InvalidValue(.outOfRange, field: "prices", message: "must be 1 to \(Self.maxPrices)")
        }
        guard (1...Self.maxSections).contains(sections.count) else {
            throw InvalidValue(.outOfRange, field: "sections", message: "must be 1 to \(Self.maxSections)")
        }
        guard Set(prices.map(\.name)).count == prices.count else {
            throw InvalidValue(.repeated, field: "prices", message: "must have different names")
        }
        guard Set(sections.map(\.id)).count == sections.count else {
            throw InvalidValue(.repeated, field: "sections", message: "must have different ids")
        }
        for price in prices where price.amount.currency != currency {
            throw InvalidValue(.badForm, field: "price \(price.name)", message: "must be in \(currency)")
        }
        self.id = id
        self.name = try DisplayText.validated(name, field: "event name")
        self.venue = try DisplayText.validated(venue, field: "venue")
        self.currency = currency
        self.saleWindow = saleWindow
        self.limits = limits
        self.prices = prices
        self.sections = sections
        self.mapHash = mapHash
    }

    /// Blocked seats included.
    package var capacity: Int { sections.reduce(0) { $0 + $1.seatCount } }
}

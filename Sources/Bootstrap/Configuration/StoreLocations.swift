/// Which adapter stands behind each port, and what the adapters are told beside that. Nil where a program does not
/// use the port.
package struct StoreLocations: Sendable {
    package let ledger: AdapterLocation
    package let queue: AdapterLocation
    package let orders: AdapterLocation
    package let catalogue: AdapterLocation
    package let cache: AdapterLocation?
    package let payments: AdapterLocation?
    /// Nil where the URL says all there is.
    let ordersSecret: DatabaseSecret?
    /// Certificates that the cache's may be signed with; nil for the system's own.
    let cacheAuthorityFile: String?
    /// The variables that people expect AWS's and PostgreSQL's own tools to read: `AWS_REGION`, `PGPASSWORD`.
    let toolVariables: [String: String]

    init(_ values: SettingValues) {
        ledger = values.required(Settings.ledger)
        queue = values.required(Settings.queue)
        orders = values.required(Settings.orders)
        catalogue = values.required(Settings.catalogue)
        cache = values[Settings.cache]
        payments = values[Settings.payments]
        cacheAuthorityFile = values[Settings.cacheCAFile]
        toolVariables = values.toolVariables
        ordersSecret = DatabaseSecret(values)
    }

    /// Each once.
    package var all: Set<AdapterLocation> { [ledger, queue, orders, catalogue] }

    /// Whether nothing but files of this machine is used.
    package var areEmbedded: Bool { all.allSatisfy { $0.scheme == .sqlite } }
}

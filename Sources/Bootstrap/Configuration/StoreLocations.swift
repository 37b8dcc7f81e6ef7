/// Which adapter stands behind each port, and what the adapters are told beside that. Nil where a program does not
/// use the port.
package struct StoreLocations: Sendable {
    package let ledger: AdapterLocation
    package let queue: AdapterLocation
    package let orders: AdapterLocation
    package let catalogue: AdapterLocation
    package let cache: AdapterLocation?
    package let payments: AdapterLocation?
    /// Certificates that the cache's may be signed with; nil for the system's own.
    let cacheAuthorityFile: String?
    /// The variables that people expect AWS's and PostgreSQL's own tools to read, as `AWS_REGION` and `PGPASSWORD`, and
    /// the secret of the orders.
    let toolVariables: [String: String]

    init(_ values: SettingValues) {
        ledger = values.required(Settings.ledger)
        queue = values.required(Settings.queue)
        orders = values.required(Settings.orders)
        catalogue = values.required(Settings.catalogue)
        cache = values[Settings.cache]
        payments = values[Settings.payments]
        cacheAuthorityFile = values[Settings.cacheCAFile].flatMap { $0 == "system" ? nil : $0 }
        toolVariables = values.toolVariables.merging(Self.ordersSecret(values)) { $1 }
    }

    /// A file is passed on by its name: it is read again when the server refuses what it says.
    private static func ordersSecret(_ values: SettingValues) -> [String: String] {
        let variable = Settings.ordersSecret.setting.variable
        if let path = values.file(of: Settings.ordersSecret) { return ["\(variable)_FILE": path] }
        return values[Settings.ordersSecret].map { [variable: $0.revealed] } ?? [:]
    }

    /// Each once.
    package var all: Set<AdapterLocation> { [ledger, queue, orders, catalogue] }

    /// Whether nothing but files of this machine is used.
    package var areEmbedded: Bool { all.allSatisfy { $0.scheme == .sqlite } }
}

/// Which adapter stands behind each port. Nil where a program does not use the port.
package struct StoreLocations: Sendable {
    package let ledger: AdapterLocation
    package let queue: AdapterLocation
    package let orders: AdapterLocation
    package let catalogue: AdapterLocation
    package let cache: AdapterLocation?
    package let payments: AdapterLocation?

    init(_ values: SettingValues) {
        ledger = values.required(Settings.ledger)
        queue = values.required(Settings.queue)
        orders = values.required(Settings.orders)
        catalogue = values.required(Settings.catalogue)
        cache = values[Settings.cache]
        payments = values[Settings.payments]
    }
}

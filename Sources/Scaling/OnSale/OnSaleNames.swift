/// How the things are called that a plan changes.
package struct OnSaleNames: Sendable {
    package var cluster: String
    package var servicePrefix: String
    package var auroraCluster: String
    package var table: String
    package var loadBalancer: String

    /// As the steps of this project call them for an application.
    package init(application: String, auroraCluster: String? = nil) {
        cluster = application
        servicePrefix = application
        self.auroraCluster = auroraCluster ?? "\(application)-orders"
        table = "\(application)-ledger"
        loadBalancer = application
    }

    /// What a name in a command line may hold without quotes; anything else is refused rather than quoted.
    package func check() throws(ScalingError) {
        for name in [cluster, servicePrefix, auroraCluster, table, loadBalancer] {
            let isRight =
                !name.isEmpty
                && name.utf8.allSatisfy {
                    65...90 ~= $0 || 97...122 ~= $0 || 48...57 ~= $0 || "_-.".utf8.contains($0)
                }
            guard isRight else { throw ScalingError(.badName, "`\(name)` is no name of a resource") }
        }
    }
}

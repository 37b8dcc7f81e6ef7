import AWSCalls
import EventLoop
import Postgres
import Redis
import SQLiteStore
import Telemetry
import Ticketing

/// What the stores of this process stand on, each once however many ports use it: files, databases, the way to AWS.
struct OpenAdapters: Sendable {
    private let locations: StoreLocations
    private let metrics: MetricsRegistry
    private var files = StoreFiles()
    private var pools: [AdapterLocation: PostgresPool] = [:]
    private var awsCalls: AWSCalls?

    init(_ locations: StoreLocations, metrics: MetricsRegistry) {
        self.locations = locations
        self.metrics = metrics
    }

    mutating func file(_ location: AdapterLocation) throws(PortError) -> SQLiteStore {
        try files.open(location)
    }

    mutating func pool(_ location: AdapterLocation) throws(PortError) -> PostgresPool {
        if let pool = pools[location] { return pool }
        try PostgresLibrary.require()
        let url: PostgresURL
        let secrets: PostgresSecrets
        do throws(InvalidValue) {
            url = try PostgresURL(location.target)
            secrets = try PostgresSecrets.of(url, environment: locations.toolVariables)
        } catch {
            throw PortError(.rejected, error.description, cause: error)
        }
        let duration = PoolMetrics.duration(of: url, in: metrics)
        let pool = PostgresPool(
            url: url, secrets: secrets, randomness: MachineRandomness(),
            noteDuration: { duration.observe(nanoseconds: $0) })
        PoolMetrics.tell(pool, to: metrics)
        pools[location] = pool
        return pool
    }

    mutating func calls() throws(PortError) -> AWSCalls {
        if let awsCalls { return awsCalls }
        try AWSCalls.requireLibrary()
        do throws(AWSError) {
            let calls = AWSCalls(
                try AWSSettings(environment: locations.toolVariables),
                surroundings: CallSurroundings(
                    clock: MachineClock(), randomness: MachineRandomness(), metrics: metrics))
            awsCalls = calls
            return calls
        } catch {
            throw PortError(.rejected, error.description, cause: error)
        }
    }

    /// Gives the loop that is running now connections of its own, where an adapter can have some for each.
    func attach(_ loop: EventLoop) { awsCalls?.attach(loop) }

    func checkIsInPlace(_ location: AdapterLocation) throws(PortError) {
        guard location.scheme == .sqlite else { return }
        try files.checkIsInPlace(location)
    }

    /// Answers what has been asked, then lets go. The loops that were attached have ended.
    func close() {
        awsCalls?.close()
        for pool in pools.values { pool.close() }
        files.close()
    }
}

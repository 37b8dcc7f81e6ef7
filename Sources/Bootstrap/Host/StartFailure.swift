import EventLoop
import Ticketing

/// Why a service cannot begin: one line that a person can act on, and a code for a script.
package struct StartFailure: Error, Sendable {
    package let message: String
    package let exitCode: Int32

    /// Of `sysexits.h`: what is needed cannot be had.
    static let unavailable: Int32 = 69

    init(_ message: String, exitCode: Int32 = unavailable) {
        self.message = message
        self.exitCode = exitCode
    }

    init(_ error: SocketError) {
        self.init("\(error); choose another with --host, --port or --admin-port")
    }

    init(_ error: PortError) { self.init(error.description) }
}

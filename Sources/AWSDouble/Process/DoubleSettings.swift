/// How a double is started: flags, and variables for whoever has no hand on the flags.
package struct DoubleSettings {
    package var host = "127.0.0.1"
    package var port: UInt16 = 8_000
    package var controlPort: UInt16 = 8_001
    package var inFlightLimit: Int?
    package var key: (id: String, secret: String)?
    /// Whether to say all of this and end.
    package var isPrinted = false

    package struct Fault: Error {
        package let message: String
    }

    package static let help = """
        aws-double: DynamoDB and SQS for tests and benchmarks, in memory, with faults on demand.

          --host ADDRESS                where it listens (127.0.0.1)
          --port PORT                   what speaks AWS; 0 takes a free one (AWS_DOUBLE_PORT, 8000)
          --control-port PORT           faults, counts, clock (AWS_DOUBLE_CONTROL_PORT, 8001)
          --in-flight-limit COUNT       messages in flight of one queue (120000)
          --check-signatures KEY SECRET refuses what is not signed with this key
          --table-wait none             a table is active at once; there is no other choice
          --print-config                shows what every setting is, and ends
          --help                        shows this, and ends

        The control port: GET /counts, GET and POST /faults, POST /faults/next, /clock, /expire, /reset.

        """

    package init() {}

    package static func parse(
        _ arguments: [String], variable: (String) -> String?
    ) throws(Fault) -> DoubleSettings {
        var settings = DoubleSettings()
        if let port = variable("AWS_DOUBLE_PORT") { settings.port = try number(port, "AWS_DOUBLE_PORT") }
        if let port = variable("AWS_DOUBLE_CONTROL_PORT") {
            settings.controlPort = try number(port, "AWS_DOUBLE_CONTROL_PORT")
        }
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            func value() throws(Fault) -> String {
                guard let value = rest.popFirst() else { throw Fault(message: "\(flag) needs a value") }
                return value
            }
            switch flag {
            case "--host": settings.host = try value()
            case "--port": settings.port = try number(try value(), flag)
            case "--control-port": settings.controlPort = try number(try value(), flag)
            case "--in-flight-limit":
                let text = try value()
                guard let limit = Int(text), limit > 0 else {
                    throw Fault(message: "\(flag)=\(text) is not right: it must be a number above 0")
                }
                settings.inFlightLimit = limit
            case "--check-signatures": settings.key = (try value(), try value())
            case "--table-wait":
                let text = try value()
                guard text == "none" else {
                    throw Fault(message: "\(flag)=\(text) is not right: it can only be none")
                }
            case "--print-config": settings.isPrinted = true
            default: throw Fault(message: "\(flag) is no flag of aws-double; try --help")
            }
        }
        return settings
    }

    private static func number(_ text: String, _ name: String) throws(Fault) -> UInt16 {
        guard let port = UInt16(text) else {
            throw Fault(message: "\(name)=\(text) is not right: it must be from 0 to 65535")
        }
        return port
    }

    /// The flags that say the same; the secret of the key stays unsaid.
    package var description: String {
        """
        --host \(host)
        --port \(port)
        --control-port \(controlPort)
        --in-flight-limit \(inFlightLimit ?? FIFOLimits.inFlight)
        --check-signatures \(key.map { "\($0.id) (secret not shown)" } ?? "(no)")
        --table-wait none

        """
    }
}

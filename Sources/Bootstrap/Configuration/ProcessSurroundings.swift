import Glibc

/// What this process was given at its start; everything below is handed it and looks nowhere itself.
package enum ProcessSurroundings {
    /// The environment as it was at the start. The kernel's copy is read because the C library's may change under
    /// a reader.
    package static func environment() -> [String: String] {
        // The kernel allows 128 KiB a variable and a quarter of the stack for all of them.
        let bytes = BoundedFile.read("/proc/self/environ", maxBytes: 16 << 20) ?? []
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            variables[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
        }
        return variables
    }

    /// The cores that the machine has online.
    package static func cores() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension CommandLineRequest {
    /// Decides from what this process was given. `arguments` are without the program's own name.
    package static func ofThisProcess(
        _ executable: Executable, arguments: [String] = Array(CommandLine.arguments.dropFirst())
    ) throws(ConfigurationError) -> CommandLineRequest {
        try read(
            executable, arguments: arguments, environment: ProcessSurroundings.environment(),
            cores: ProcessSurroundings.cores())
    }
}

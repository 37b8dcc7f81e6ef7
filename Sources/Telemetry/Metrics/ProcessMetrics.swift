import Glibc

extension MetricsRegistry {
    /// Adds what the kernel knows about this process, under the names that Prometheus' own libraries use.
    package func addProcessMetrics() {
        callbackGauge("process_resident_memory_bytes", help: "Resident memory in bytes.") {
            ProcessFiles.residentBytes() ?? .nan
        }
        callbackCounter("process_cpu_seconds_total", help: "User and system CPU time in seconds.") {
            ProcessFiles.cpuSeconds() ?? .nan
        }
        callbackGauge("process_open_fds", help: "Open file descriptors.") {
            ProcessFiles.openDescriptors() ?? .nan
        }
        let startSeconds = ProcessFiles.startSeconds() ?? .nan
        callbackGauge("process_start_time_seconds", help: "Start of the process in seconds since the epoch.")
        {
            startSeconds
        }
    }
}

/// What `/proc` says about this process; nil where there is no `/proc`.
enum ProcessFiles {
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    static func residentBytes() -> Double? {
        let fields = text("/proc/self/statm")?.split(separator: " ") ?? []
        guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static func cpuSeconds() -> Double? {
        guard let user = statField(14), let system = statField(15) else { return nil }
        return (user + system) / ticksPerSecond
    }

    static func openDescriptors() -> Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var entries = 0
        while readdir(directory) != nil { entries += 1 }
        // Not counted: `.`, `..` and the descriptor that reads the directory.
        return Double(entries - 3)
    }

    static func startSeconds() -> Double? {
        guard let ticks = statField(22), let system = text("/proc/stat") else { return nil }
        for line in system.split(separator: "\n") where line.hasPrefix("btime ") {
            guard let boot = Double(line.dropFirst(6)) else { return nil }
            return boot + ticks / ticksPerSecond
        }
        return nil
    }

    /// A field of `/proc/self/stat`, counted from 1 as its manual page does.
    private static func statField(_ number: Int) -> Double? {
        // The second field is the program's name in parentheses and may hold anything, so counting starts after it.
        guard let text = text("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        let index = number - 2
        return fields.indices.contains(index) ? Double(fields[index]) : nil
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        // `/proc/stat` grows with the machine's interrupts; no machine has a mebibyte of them.
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

import Glibc

/// CPU seconds by thread name, from the kernel's own books.
func threadTimes() -> [String: Double] {
    var times: [String: Double] = [:]
    guard let directory = opendir("/proc/self/task") else { return times }
    defer { closedir(directory) }
    let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let stat = read("/proc/self/task/\(name)/stat"), let close = stat.lastIndex(of: ")"),
            let open = stat.firstIndex(of: "(")
        else { continue }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            continue
        }
        times[String(stat[stat.index(after: open)..<close]), default: 0] += (user + system) / ticksPerSecond
    }
    return times
}

private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1_024)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}

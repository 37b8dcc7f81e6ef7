import Testing

@Suite("One file, one noun")
struct FileLengthsTests {
    @Test("no file in Sources is longer than the limit, save those listed with a reason")
    func lengths() {
        expectNone(
            SourceTree.project.files.flatMap {
                FileLengths.faults(in: $0, limit: HousePlan.maxFileLines, exceptions: HousePlan.longFiles)
            })
        for path in HousePlan.longFiles.keys {
            #expect(
                SourceTree.project.paths.contains(path), "HousePlan.longFiles names \(path), which is gone")
        }
    }

    @Test("every executable is one short file")
    func executables() throws {
        let manifest = Manifest(try #require(SourceTree.project.file("Package.swift")).text)
        expectNone(
            FileLengths.executableFaults(
                in: manifest, files: SourceTree.project.files, limit: HousePlan.maxExecutableLines))
    }

    private func file(_ path: String, lines: Int) -> TextFile {
        TextFile(path: path, text: String(repeating: "let a = 1\n", count: lines))
    }

    @Test("a file one line too long is found, one at the limit is not")
    func findsLongFile() {
        let path = "Sources/HTTP/Parser.swift"
        #expect(FileLengths.faults(in: file(path, lines: 10), limit: 10, exceptions: [:]).isEmpty)
        #expect(FileLengths.faults(in: file(path, lines: 11), limit: 10, exceptions: [:]).map(\.line) == [11])
        #expect(FileLengths.faults(in: file(path, lines: 11), limit: 10, exceptions: [path: "why"]).isEmpty)
    }

    @Test("an exception nobody needs any more is found")
    func findsStaleException() {
        let path = "Sources/HTTP/Parser.swift"
        #expect(
            FileLengths.faults(in: file(path, lines: 10), limit: 10, exceptions: [path: "why"]).count == 1)
    }

    @Test("an executable with too many lines or a second file is found")
    func findsLongExecutable() {
        let manifest = Manifest("executable(\"ticket\", [\"Bootstrap\"])")
        let long = [file("Sources/ticket/main.swift", lines: 31)]
        #expect(FileLengths.executableFaults(in: manifest, files: long, limit: 30).map(\.line) == [31])
        let two = [file("Sources/ticket/main.swift", lines: 3), file("Sources/ticket/Run.swift", lines: 3)]
        #expect(FileLengths.executableFaults(in: manifest, files: two, limit: 30).count == 1)
    }
}

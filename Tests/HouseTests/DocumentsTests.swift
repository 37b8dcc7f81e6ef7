import Testing

@Suite("Documents keep their promises")
struct DocumentsTests {
    private static let documents = SourceTree.project.files.filter(\.isMarkdown)

    @Test("every make target that a document names exists")
    func makeTargets() throws {
        let makefile = try #require(SourceTree.project.file("Makefile"))
        let targets = Documents.makeTargets(in: makefile.text) { SourceTree.project.file($0)?.text }
        #expect(
            targets.isSuperset(of: ["help", "run", "test", "00-network", "smoke"]),
            "the Makefile was not understood")
        expectNone(Self.documents.flatMap { Documents.makeFaults(in: $0, targets: targets) })
    }

    @Test("make help lists every target once")
    func listed() throws {
        let makefile = try #require(SourceTree.project.file("Makefile"))
        #expect(Documents.wronglyListedTargets(in: makefile.text) { SourceTree.project.file($0)?.text } == [])
        let text = "a: b ## Text\n\tls\nb c:\n\tls\nb: ## Text\ninclude d.mk\ng: ## Text\n"
        #expect(
            Documents.wronglyListedTargets(in: text) { _ in "e: ## Text\nf:\ng: h ## More\nh: ## Text\n" }
                == ["c", "f", "g"])
    }

    @Test("every link between documents leads to a file, and to a heading in it")
    func links() {
        let tree = SourceTree.project
        expectNone(
            Self.documents.flatMap {
                Documents.linkFaults(in: $0, paths: tree.paths) { tree.file($0)?.text }
            })
    }

    @Test("a make target that does not exist is found in code, and prose that says make is left alone")
    func findsMakeTarget() {
        let text = """
            First make sure, then `make test` and `make tets`.
            ```
            git pull && make nonsense ARGS='--port 1'
            make test ARGS='--a nothing b' fuzz
            FUZZ_SECONDS=60 make fuzz nonsense   # make nothing of it
            ```
            """
        let targets = Documents.makeTargets(in: "A := 1\ntest fuzz: a ## Text\n\tls\n")
        let faults = Documents.makeFaults(in: TextFile(path: "README.md", text: text), targets: targets)
        #expect(faults.map(\.line) == [1, 3, 5])
    }

    @Test("the targets of an included file count, also those that begin with a digit")
    func findsIncludedTarget() {
        let text = "One command: `make 00-network all`, and `make 01-other`."
        let targets = Documents.makeTargets(in: "include a/b.mk\ntest:\n\tls\n") {
            $0 == "a/b.mk" ? "00-network: ## Text\nall: 00-network\ninclude a/b.mk\n" : nil
        }
        #expect(targets == ["test", "00-network", "all"])
        let faults = Documents.makeFaults(in: TextFile(path: "README.md", text: text), targets: targets)
        #expect(faults.map(\.problem) == ["names 'make 01-other', which the Makefile does not have"])
    }

    @Test("a link to a missing file, a missing heading or out of the project is found")
    func findsLinks() {
        let text = """
            # The top
            [a](docs/a.md), [b](docs/b.md), [c](docs/a.md#the-end), [d](#the-top), [e](#nowhere),
            [f](../outside.md), [g](https://example.com/x), `[h](nowhere)`, [i](docs)
            """
        let file = TextFile(path: "README.md", text: text)
        let faults = Documents.linkFaults(in: file, paths: ["docs", "docs/a.md", "README.md"]) {
            $0 == "docs/a.md" ? "## The end\n" : text
        }
        #expect(faults.map(\.line) == [2, 2, 3])
        #expect(faults.map(\.problem).allSatisfy { $0.hasPrefix("links to") })
    }
}

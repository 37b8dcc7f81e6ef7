import Testing

@Suite("Arrows point inward")
struct ImportArrowsTests {
    @Test("every file imports only what its target may")
    func imports() {
        expectNone(
            SourceTree.project.files.flatMap { ImportArrows.faults(in: $0, mayImport: HousePlan.mayImport) })
    }

    @Test("every dependency in Package.swift is one its target may have")
    func manifestEdges() throws {
        let file = try #require(SourceTree.project.file("Package.swift"))
        let manifest = Manifest(file.text)
        #expect(manifest.targets.count > 20, "the manifest was not understood")
        expectNone(ImportArrows.faults(in: manifest, path: file.path, mayImport: HousePlan.mayImport))
    }

    @Test("nothing in Sources imports Foundation")
    func foundation() {
        expectNone(
            SourceTree.project.files.flatMap {
                ImportArrows.foundationFaults(in: $0, allowed: HousePlan.mayImportFoundation)
            })
    }

    @Test(
        "the plan itself lets only Bootstrap know adapters, executables only Bootstrap, and the domain nobody"
    )
    func plan() {
        #expect(HousePlan.mayImport[HousePlan.domain] == [])
        for (target, allowed) in HousePlan.mayImport where target != HousePlan.bootstrap {
            #expect(allowed.isDisjoint(with: HousePlan.adapters), "\(target) knows a live adapter")
            if allowed.contains(HousePlan.bootstrap) {
                #expect(allowed == [HousePlan.bootstrap], "\(target) knows more than Bootstrap")
                #expect(target.hasPrefix("ticket"), "\(target) is no executable and knows Bootstrap")
            }
        }
        for target in HousePlan.services.union(HousePlan.adapters) {
            let allowed = HousePlan.mayImport[target] ?? []
            #expect(allowed.isDisjoint(with: HousePlan.services), "\(target) knows a service")
        }
    }

    @Test("an import that points outward is found, whatever stands around the word import")
    func findsImport() {
        let file = TextFile(
            path: "Sources/PublicSite/Page.swift",
            text: """
                import HTTP
                // import SQLiteStore is only spoken about here
                let text = "import Bootstrap"
                @preconcurrency package import struct SQLiteStore.Database
                """)
        let faults = ImportArrows.faults(in: file, mayImport: ["PublicSite": ["HTTP"]])
        #expect(faults.map(\.line) == [4])
        #expect(faults.first?.problem.contains("PublicSite may not depend on SQLiteStore") == true)
    }

    @Test("a target that is not in the plan is found by its files and by the manifest")
    func findsUnknownTarget() {
        let file = TextFile(path: "Sources/Drawer/Page.swift", text: "import HTTP")
        #expect(ImportArrows.faults(in: file, mayImport: [:]).count == 1)
        let manifest = Manifest("library(\"Drawer\")")
        #expect(ImportArrows.faults(in: manifest, path: "Package.swift", mayImport: [:]).count == 1)
    }

    @Test("an edge that points outward is found in the manifest, with its line")
    func findsEdge() {
        let manifest = Manifest(
            """
            func library(_ name: String) {}
            let targets = [
                // library("OldSite", ["Bootstrap"]),
                library("PublicSite", ["HTTP", "SQLiteStore"]),
                .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
                executable("bench", ["Bootstrap"], path: "bench/bench"),
                tests("PublicSiteTests", ["SQLiteStore"]),
            ]
            """)
        let faults = ImportArrows.faults(
            in: manifest, path: "Package.swift", mayImport: ["PublicSite": ["HTTP"], "CLinux": []])
        #expect(faults.map(\.line) == [4])
        #expect(faults.first?.problem.contains("SQLiteStore") == true)
    }

    @Test("Foundation is found in each of its forms")
    func findsFoundation() {
        let file = TextFile(
            path: "Sources/HTTP/Date.swift",
            text: "import Foundation\nimport FoundationEssentials\nimport Glibc")
        #expect(ImportArrows.foundationFaults(in: file, allowed: [:]).map(\.line) == [1, 2])
        #expect(ImportArrows.foundationFaults(in: file, allowed: ["HTTP": "reason"]).isEmpty)
    }
}

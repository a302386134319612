/// The generated large repository: nothing but many small files, ten areas of ten parts of modules of a hundred files each.
struct LargeRepository {
    let modulesPerPart: Int

    static let filesPerModule = 100
    static let editedFiles = 20
    private static let areas = 10
    private static let parts = 10

    /// - Parameter files: rounded to whole modules in every part, at least one.
    init(files: Int) {
        modulesPerPart = max(
            1, files / (LargeRepository.areas * LargeRepository.parts * LargeRepository.filesPerModule))
    }

    var modules: Int { LargeRepository.areas * LargeRepository.parts * modulesPerPart }
    /// Those in modules; a .gitignore lies beside the areas.
    var files: Int { modules * LargeRepository.filesPerModule }

    var name: String { "large-\(files)" }
    /// The same for the same bytes; part of it is raised by hand when the generator changes.
    var recipe: String { "recipe 1, \(files) files in \(modules) directories" }

    private func module(_ area: Int, _ part: Int, _ module: Int) -> String {
        "area-\(area)/part-\(part)/module-\(module)"
    }

    // MARK: Commits

    /// Writes the stream: `main` and `change`, which edits 20 files.
    func write(_ path: String) throws(BenchmarkError) {
        var stream = try FastImport(path)
        stream.commit("Everything", on: "main")
        stream.file(".gitignore", "node_modules/\ndist/\n")
        var number = 0
        for area in 0..<LargeRepository.areas {
            for part in 0..<LargeRepository.parts {
                for module in 0..<modulesPerPart {
                    let place = self.module(area, part, module)
                    for file in 0..<LargeRepository.filesPerModule {
                        // Short enough that git packs it whole: no time goes into deltas that save nothing.
                        stream.file("\(place)/source-\(file).ts", "export const value = \(number);\n")
                        number += 1
                    }
                }
            }
        }
        stream.commit("Edit \(LargeRepository.editedFiles) files", on: "change", parent: "main")
        for path in edited { stream.file(path, "export const value = \"committed\";\n") }
        try stream.finish()
    }

    /// One file in each of 20 modules. The same in a smaller repository, if its parts have ten modules or more.
    var edited: [String] {
        (0..<LargeRepository.editedFiles).map { number in
            let place = module(number % 10, (number * 3 + number / 10) % 10, number * 7 % min(10, modulesPerPart))
            return "\(place)/source-\(number * 5).ts"
        }
    }

    // MARK: Untracked files

    /// A thousand files that no commit knows, in 100 directories: half of them beside tracked files, half in new ones.
    var untracked: [String] {
        untrackedDirectories.flatMap { directory in (0..<10).map { "\(directory)/untracked-\($0).ts" } }
    }

    /// Directories that hold untracked files only.
    var newDirectories: [String] { (0..<50).map { untrackedDirectories[$0 * 2 + 1] } }

    private var untrackedDirectories: [String] {
        (0..<100).map { number in
            let place = module(number / 10, number % 10, number * 13 % modulesPerPart)
            return number % 2 == 0 ? place : place + "/new"
        }
    }
}

import ContentAddressing

/// A record with one output file per text, whose blobs are stored in `store`.
func storedRecord(
    _ name: String, _ contents: [String], in store: some ContentStore
) throws -> ActionRecord {
    var outputs: [OutputEntry] = []
    for (index, text) in contents.enumerated() {
        let digest = try store.write(Array(text.utf8))
        outputs.append(
            OutputEntry(
                path: Array("dist/\(index)".utf8),
                kind: .file(digest: digest, size: text.utf8.count, executable: false)))
    }
    return ActionRecord(
        task: name, key: .of(Array(name.utf8)), outputs: outputs, log: nil, durationSeconds: 1)
}

/// The code of the store error that `body` throws; `nil` when it throws none.
func storeErrorCode<Result>(_ body: () throws -> Result) -> StoreError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? StoreError)?.code
    }
}

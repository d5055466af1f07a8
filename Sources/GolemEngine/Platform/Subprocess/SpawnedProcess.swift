// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A command under its keeper: the pipes to it and the means to end it.
///
/// The keeper (see `Keeper.c`) is our only child. It owns every process of the command, also those that left the
/// group or the session, and it kills them all when this process dies.
final class SpawnedProcess: Sendable {
    /// The command's standard input, if it has one.
    let input: AsyncDescriptor?
    let output: AsyncDescriptor
    let errorOutput: AsyncDescriptor
    private let control: AsyncDescriptor
    private let status: AsyncDescriptor
    private let keeper: AsyncDescriptor
    private let timer: AsyncDescriptor
    private let group: ControlGroup?
    /// How long after its orders the keeper may still be at work before it is killed itself.
    private let slack: Duration
    private let wasAsked = Atomic(false)
    /// What the keeper has reported so far.
    private let reports = Mutex<[UInt8]>([])

    /// Starts the command.
    ///
    /// Throws when the keeper cannot be forked; what goes wrong after that is in the report.
    init(_ spec: SubprocessSpec, input hasInput: Bool) throws(SubprocessError) {
        var descriptors = Descriptors()
        defer { descriptors.closeAll() }
        let null = try descriptors.take(clinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0), "open /dev/null")
        let inputPipe = hasInput ? try descriptors.pipe() : (null, -1)
        let outputPipe = try descriptors.pipe()
        let errorPipe = try descriptors.pipe()
        let controlPipe = try descriptors.pipe()
        let statusPipe = try descriptors.pipe()
        let timerDescriptor = try descriptors.take(clinux_timer(), "timerfd_create")

        var command = clinux_command()
        command.stdin_fd = inputPipe.0
        command.stdout_fd = outputPipe.1
        command.stderr_fd = errorPipe.1
        command.control_fd = controlPipe.0
        command.status_fd = statusPipe.1
        command.deadline_ms = spec.deadline.map(\.milliseconds) ?? -1
        command.grace_ms = spec.grace.milliseconds
        command.linger_ms = spec.linger.milliseconds
        let wrapperFilter = spec.sandbox.wrapperFilter
        command.is_wrapper = wrapperFilter.isEmpty ? 0 : 1
        command.inherited_fd = -1
        if !wrapperFilter.isEmpty {
            // A file of its own for each command: whoever reads it moves its offset.
            command.inherited_fd = try descriptors.take(clinux_memory_file("filter"), "memfd_create")
        }
        let group: ControlGroup?
        do throws(SystemError) {
            if !wrapperFilter.isEmpty {
                try AtomicFile.writeAll(wrapperFilter, to: command.inherited_fd, path: nil)
                lseek(command.inherited_fd, 0, SEEK_SET)
            }
            group = try spec.sandbox.groups?.make()
        } catch {
            throw .system(error)
        }
        let pid: pid_t
        do throws(SubprocessError) {
            pid = try Self.start(&command, spec, group)
        } catch {
            group?.remove()
            throw error
        }
        let pidDescriptor = try descriptors.take(clinux_pidfd_open(pid), "pidfd_open")

        input = hasInput ? AsyncDescriptor(owning: descriptors.release(inputPipe.1)) : nil
        output = AsyncDescriptor(owning: descriptors.release(outputPipe.0))
        errorOutput = AsyncDescriptor(owning: descriptors.release(errorPipe.0))
        control = AsyncDescriptor(owning: descriptors.release(controlPipe.1))
        status = AsyncDescriptor(owning: descriptors.release(statusPipe.0))
        timer = AsyncDescriptor(owning: descriptors.release(timerDescriptor))
        keeper = AsyncDescriptor(owning: descriptors.release(pidDescriptor))
        self.group = group
        slack = spec.grace + spec.linger + .seconds(10)
        if let deadline = spec.deadline { setTimer(deadline + slack) }
    }

    /// Asks the command to end; after the grace period it is killed.
    ///
    /// Does not wait. May be called at any time.
    func terminate() {
        guard !wasAsked.exchange(true, ordering: .relaxed) else { return }
        order("T")
        setTimer(slack)
    }

    /// Kills the command and everything it started, without a grace period.
    ///
    /// Does not wait. May be called at any time.
    func kill() {
        order("K")
        setTimer(slack)
    }

    /// Waits until the command's process is there and gives its id; nil when it could not be made.
    ///
    /// To be called before `waitForEnd`, which says what went wrong. A command that cannot be executed has an id too:
    /// it ends at once.
    func waitForStart() async -> Int32? {
        let size = MemoryLayout<clinux_report>.size
        var buffer = [UInt8](repeating: 0, count: 256)
        while reports.withLock({ $0.count }) < size {
            guard let count = try? await status.read(into: &buffer), count > 0 else { return nil }
            reports.withLock { $0 += buffer[..<count] }
        }
        return reports.withLock { bytes -> Int32? in
            let record = bytes.withUnsafeBytes { $0.loadUnaligned(as: clinux_report.self) }
            return record.kind == Int32(CLINUX_STARTED.rawValue) ? record.value : nil
        }
    }

    /// Waits until the command and everything it started has ended, and reaps the keeper.
    func waitForEnd() async -> Result<SubprocessResult, SubprocessError> {
        var buffer = [UInt8](repeating: 0, count: 256)
        while let count = try? await status.read(into: &buffer, isCancellable: false), count > 0 {
            reports.withLock { $0 += buffer[..<count] }
        }
        let bytes = reports.withLock { $0 }
        try? await keeper.waitReadable(isCancellable: false)
        _ = try? keeper.withDescriptor { clinux_pidfd_reap($0) }
        for descriptor in [status, keeper, control, timer] { descriptor.close() }
        let findings = group?.findings ?? []
        group?.remove()
        return Self.result(of: bytes).map { result in
            var result = result
            result.findings = findings
            return result
        }
    }

    /// Kills the keeper if it outlives its own times: the command may have stopped it.
    ///
    /// Returns when all has ended.
    func watch() async {
        var buffer = [UInt8](repeating: 0, count: 8)
        guard let count = try? await timer.read(into: &buffer, isCancellable: false), count > 0 else { return }
        _ = try? keeper.withDescriptor { clinux_pidfd_signal($0, SIGKILL) }
    }

    private func order(_ letter: Unicode.Scalar) {
        var byte = UInt8(letter.value)
        // The keeper may be gone; a full pipe holds enough orders.
        _ = try? control.withDescriptor { clinux_write_quietly($0, &byte, 1) }
    }

    private func setTimer(_ duration: Duration) {
        _ = try? timer.withDescriptor { clinux_timer_set($0, duration.milliseconds) }
    }

    /// Builds the C side of the spec and forks.
    private static func start(
        _ command: inout clinux_command, _ spec: SubprocessSpec, _ group: ControlGroup?
    ) throws(SubprocessError) -> pid_t {
        var directory: String?
        command.directory_fd = -1
        switch spec.directory {
        case .inherited: break
        case .path(let path): directory = path
        case .verifiedPath(let path, let device, let inode):
            directory = path
            command.directory_device = device
            command.directory_inode = inode
        case .descriptor(let descriptor): command.directory_fd = descriptor
        }
        let line = try spec.sandbox.commandLine(
            try executablePath(spec), name: spec.executable, spec.arguments, directory: directory)
        let workspace = spec.sandbox.workspace.flatMap(Sandbox.resolve)
        guard let arguments = CStringArray(line.arguments) else { throw invalid }
        defer { arguments.free() }
        guard let variables = CStringArray(environment(spec)) else { throw invalid }
        defer { variables.free() }
        guard let masks = CStringArray(spec.sandbox.coversPaths ? spec.sandbox.resolvedHidden : []) else {
            throw invalid
        }
        defer { masks.free() }
        guard let groups = CStringArray(group?.joinFiles ?? []) else { throw invalid }
        defer { groups.free() }
        guard let paths = CStringArray([line.path, directory ?? "", workspace ?? ""]) else { throw invalid }
        defer { paths.free() }
        let ruleset = try spec.sandbox.ruleset()
        defer { if let ruleset { close(ruleset) } }

        var sandbox = clinux_sandbox()
        sandbox.mount_namespace = spec.sandbox.coversPaths ? 1 : 0
        sandbox.masks = masks.constant
        sandbox.keep = workspace == nil ? nil : UnsafePointer(paths.pointer[2])
        sandbox.ruleset_fd = ruleset ?? -1
        sandbox.drops_capabilities = spec.sandbox.dropsCapabilities ? 1 : 0
        let limits = (spec.limits + spec.sandbox.limits).map {
            clinux_limit(resource: $0.resource, value: $0.value)
        }
        let filter = spec.sandbox.filter
        let isBare = spec.sandbox.means == .none || command.is_wrapper != 0
        command.groups = groups.constant
        command.path = UnsafePointer(paths.pointer[0])
        command.directory = directory == nil ? nil : UnsafePointer(paths.pointer[1])
        command.argv = UnsafePointer(arguments.pointer)
        command.envp = UnsafePointer(variables.pointer)
        let pid = filter.withUnsafeBytes { filter in
            if !filter.isEmpty {
                sandbox.filter = filter.baseAddress?.assumingMemoryBound(to: clinux_filter.self)
                sandbox.filter_count = UInt16(filter.count / MemoryLayout<clinux_filter>.size)
            }
            return withUnsafePointer(to: &sandbox) { sandbox in
                limits.withUnsafeBufferPointer { limits in
                    command.limits = limits.baseAddress
                    command.limit_count = limits.count
                    command.sandbox = isBare ? nil : sandbox
                    return clinux_start(&command)
                }
            }
        }
        guard pid > 0 else { throw .system(.current("fork")) }
        return pid
    }

    /// The variables, with the folder for temporary files where the sandbox needs one of its own.
    private static func environment(_ spec: SubprocessSpec) -> [String] {
        var variables = spec.environment
        if let folder = spec.sandbox.temporaryFolder {
            mkdir(folder, 0o700)
            variables["TMPDIR"] = variables["TMPDIR"] ?? folder
        }
        return variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    private static var invalid: SubprocessError {
        SubprocessError(code: "invalid", description: "the command, an argument or a variable contains a NUL byte")
    }

    private static func executablePath(_ spec: SubprocessSpec) throws(SubprocessError) -> String {
        if spec.executable.contains("/") { return spec.executable }
        for folder in (spec.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
            let path = "\(folder)/\(spec.executable)"
            if access(path, X_OK) == 0 { return path }
        }
        throw SubprocessError(
            code: "not_found", description: "no command \"\(spec.executable)\" in PATH", errno: ENOENT)
    }

    /// Reads the keeper's records.
    private static func result(of bytes: [UInt8]) -> Result<SubprocessResult, SubprocessError> {
        let size = MemoryLayout<clinux_report>.size
        var result: SubprocessResult?
        var command: pid_t?
        for start in stride(from: 0, through: bytes.count - size, by: size) {
            let record = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: clinux_report.self) }
            switch clinux_report_kind(UInt32(bitPattern: record.kind)) {
            case CLINUX_STARTED: command = record.value
            case CLINUX_REFUSED: return .failure(refusal(record))
            case CLINUX_ENDED:
                let signal = record.value & 0x7F
                let termination: SubprocessResult.Termination =
                    signal == 0 ? .exited((record.value >> 8) & 0xFF) : .signalled(signal)
                result = SubprocessResult(
                    termination: termination,
                    interruption: [1: .deadline, 2: .cancelled][record.detail],
                    output: OutputCapture(head: 0, tail: 0), errorOutput: OutputCapture(head: 0, tail: 0),
                    leftoversKilled: 0, leftoversAlive: false, duration: .zero)
            case CLINUX_CLEARED:
                result?.leftoversKilled = Int(record.value)
                result?.leftoversAlive = record.detail != 0
                if let result { return .success(result) }
            default: break
            }
        }
        // The keeper was killed. Its command may still run; its group cannot belong to anybody else so soon.
        if let command { Glibc.kill(-command, SIGKILL) }
        return .failure(
            SubprocessError(code: "lost", description: "the process that watches over the command was killed"))
    }

    private static func refusal(_ record: clinux_report) -> SubprocessError {
        let text = "\(SystemError.text(of: record.value)) (\(SystemError.name(of: record.value)))"
        let stage = clinux_stage(UInt32(bitPattern: record.detail))
        switch stage {
        case CLINUX_STAGE_EXEC:
            let code = record.value == ENOENT || record.value == ENOTDIR ? "not_found" : "not_executable"
            return SubprocessError(
                code: code, description: "the command cannot be started: \(text)", errno: record.value)
        case CLINUX_STAGE_DIRECTORY:
            return SubprocessError(
                code: "directory", description: "the working directory cannot be entered: \(text)", errno: record.value)
        case CLINUX_STAGE_NAMESPACE, CLINUX_STAGE_MASK, CLINUX_STAGE_LANDLOCK, CLINUX_STAGE_GROUP,
            CLINUX_STAGE_FILTER:
            return SubprocessError(
                code: "sandbox", description: "the sandbox cannot be set up (step \(record.detail)): \(text)",
                errno: record.value)
        default:
            let cause = SystemError(call: "starting the command (step \(record.detail))", errno: record.value)
            return .system(cause)
        }
    }
}

/// Descriptors that are closed unless they are released.
private struct Descriptors {
    private var open: [Int32] = []

    mutating func take(_ descriptor: Int32, _ call: String) throws(SubprocessError) -> Int32 {
        guard descriptor >= 0 else { throw .system(.current(call)) }
        open.append(descriptor)
        return descriptor
    }

    mutating func pipe() throws(SubprocessError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw .system(.current("pipe")) }
        open += ends
        return (ends[0], ends[1])
    }

    mutating func release(_ descriptor: Int32) -> Int32 {
        open.removeAll { $0 == descriptor }
        return descriptor
    }

    mutating func closeAll() {
        for descriptor in open { close(descriptor) }
        open = []
    }
}

extension Duration {
    /// Whole milliseconds, rounded down; negative durations count as 0.
    var milliseconds: Int64 {
        max(0, components.seconds.multipliedReportingOverflow(by: 1_000).partialValue)
            + components.attoseconds / 1_000_000_000_000_000
    }
}

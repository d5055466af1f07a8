// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What commands do to the policy of a workspace in which no engine runs.
package enum OfflinePolicy {
    /// Notes something in the audit log; the reason when that cannot be done.
    ///
    /// Takes the workspace's lock meanwhile: the log has one writer. A workspace that does not exist has no log.
    package static func note(_ entry: AuditEntry, workspace: String) -> String? {
        do {
            let lock = try FileLock(path: workspace + "/state/golem.lock")
            defer { lock.release() }
            try AuditLog.append(entry, workspace: workspace)
            return nil
        } catch let error as FileLockError {
            return error.errno == 2 ? nil : error.description
        } catch {
            return "\(error)"
        }
    }

    /// The stored emergency stop and who pulled it, as one sentence; nil when tools are not stopped.
    package static func storedStop(workspace: String) -> String? {
        guard let state = try? PolicyStateFile.read(workspace + "/state/policy.json"), let stop = state.emergencyStop
        else { return nil }
        return "all tools are stopped by \(stop.by) since \(stop.at.rfc3339)"
            + (stop.reason.isEmpty ? "" : ": \(stop.reason)")
    }

    /// Pulls or releases the emergency stop for the next start; blocks on the disk.
    ///
    /// Throws a sentence when the workspace is in use or cannot be written.
    package static func setEmergencyStop(
        _ isOn: Bool, by: String, reason: String, workspace: String, at time: Timestamp
    ) throws(AuditError) {
        let path = workspace + "/state/policy.json"
        do throws(FileLockError) {
            let lock = try FileLock(path: workspace + "/state/golem.lock")
            defer { lock.release() }
            var state =
                (try? PolicyStateFile.read(path))
                ?? PolicyStateFile(configured: "", mode: "strict", by: by, via: "cli", at: time)
            state.emergencyStop = isOn ? PolicyStateFile.Stop(by: by, reason: reason, at: time) : nil
            let written = state
            let problem = write(written, path, isOn, by, reason, workspace, time)
            if let problem { throw FileLockError.system(SystemError(call: problem, errno: 5, path: path)) }
        } catch {
            throw AuditError(error.description)
        }
    }

    private static func write(
        _ state: PolicyStateFile, _ path: String, _ isOn: Bool, _ by: String, _ reason: String, _ workspace: String,
        _ time: Timestamp
    ) -> String? {
        do {
            try state.write(path)
            var entry = AuditEntry(
                isOn ? "estop_on" : "estop_off", at: time, result: "no engine runs", actor: by)
            entry.outcome = reason.isEmpty ? nil : reason
            try AuditLog.append(entry, workspace: workspace)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

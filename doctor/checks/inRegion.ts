import type { Change } from "../finding";

/** IAM has no regions. */
export function inRegion(change: Change, region: string | undefined): Change {
    return "command" in change && region !== undefined && /^aws (?!iam )(?!.* --region )/.test(change.command)
        ? { command: `${change.command} --region ${region}` }
        : change;
}

import { shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import type { Verb } from "./fleet/verb";
import { access } from "./fleet/verbs/access";
import { manifests } from "./fleet/verbs/manifests";
import { matrix } from "./fleet/verbs/matrix";
import { move } from "./fleet/verbs/move";
import { operate } from "./fleet/verbs/operate";
import { plan } from "./fleet/verbs/plan";
import { status } from "./fleet/verbs/status";

const verbs: Readonly<Record<string, Verb>> = {
    plan,
    preview: operate("preview"),
    up: operate("up"),
    down: operate("down"),
    status,
    access,
    manifests,
    matrix,
    move,
};

export const USAGE = shown`usage: keyless fleet ${Object.keys(verbs).join("|")} [OPTIONS]

Divides tenants among access stacks, and runs Pulumi on many of them.

  plan       assign tenants to shards, and write the placement and each shard's config file
  preview    preview the shards that changed since their last up
  up         deploy them; after an interruption, the same command goes on
  down       destroy them
  status     list the shards with their last run
  access     compute who can reach which data in all shards, one after another, and what shows
             only in several together: an identity that reaches another shard's data, and
             what two stacks create
  manifests  write what another engine runs the shards from: the Pulumi Kubernetes Operator,
             Pulumi Deployments or GitHub Actions
  matrix     list the jobs of that workflow: the shards that changed
  move       move the tenants that another stack has into their shards: in the states only,
             nothing is created, replaced or deleted

  --file PATH          the plan (default: keyless.fleet.yaml)
  --shard NAME         only this shard; repeat it for several
  --json               print one JSON object; with access one for each stack, each on a line,
                       then one of what several show together, and a summary

preview, up, down:
  --all                unchanged shards too, such as after a change of a platform's outputs
  --parallel NUMBER    how many shards at once (default: 4)
  --connections NUMBER the database connections that all runs together may take: fewer shards
                       run at once if they could take more
  --operations NUMBER  the operations on resources that all runs together may have in flight;
                       they make most AWS calls, each operation one after another
  --retries NUMBER     how often to try a shard again whose failure may pass: a locked state,
                       a throttled call, a server without free connections (default: 3)
  --policy-pack PATH   a policy pack for each run, as for pulumi; repeat it for several
  --sandbox            use the sandbox instead of the installed Pulumi and its backend

status:
  --sandbox            of the sandbox instead of the backend that Pulumi uses

access:
  --preview            read the shards' previews instead of their states, and compare with these
  --after DIR          read documents that --save wrote instead
  --before DIR         compare with documents that --save wrote
  --save DIR           write each stack's document: its pulumi stack export, or with --preview
                       its pulumi preview --json --show-sames
  --assertions FILE    check these assertions (YAML) in each shard instead of its config's
  --gate               exit with 3 when an identity gains access to data in a shard, or when
                       something that only several show is new
  --sandbox            use the sandbox instead of the installed Pulumi and its backend

manifests:
  --for ENGINE         operator, deployments or github
  --out DIR            the folder for the files

matrix:
  --since REVISION     only shards whose config changed since then, or all if the program did

move:
  --from STACK         the stack that has the tenants
  --dry-run            list what would be moved
  --sandbox            use the sandbox instead of the installed Pulumi and its backend

The exit code is 1 if a shard failed; of access, if an identity reaches another shard's data, if
two stacks create the same, or if an assertion is violated, and 2 when that cannot be determined.`;

export async function fleet([name = "nothing", ...args]: string[]): Promise<number> {
    if (name === "--help") {
        print(USAGE);
        return 0;
    }
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (verb === undefined) {
        throw new UserError(shown`${name} is not one of ${Object.keys(verbs).join(", ")}\n\n${USAGE}`);
    }
    return verb(args, USAGE);
}

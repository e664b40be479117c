import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson } from "../identity/document";
import { portSession, shellSession } from "./sessionDocuments";
import { socksPort } from "./bastionHost";

export interface BastionSessionsArgs {
    readonly instanceArn: pulumi.Input<string>;
    /** Name of the log group for shell sessions. */
    readonly logGroup: pulumi.Input<string>;
    /** Host name and port of the database. */
    readonly endpoint: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
}

/** The actions available on a bastion, each with a separate session document, and the policies that permit them. */
export class BastionSessions extends pulumi.ComponentResource {
    /** ARN of the policy for tunnels through the bastion to the database. */
    readonly policyArn: pulumi.Output<string>;
    /** ARN of the policy for a shell on the bastion. */
    readonly shellPolicyArn: pulumi.Output<string>;
    /** Names of the documents that start sessions. */
    readonly shellDocument: pulumi.Output<string>;
    readonly tunnelDocument: pulumi.Output<string>;
    readonly socksDocument: pulumi.Output<string>;

    constructor(
        private readonly name: string,
        private readonly args: BastionSessionsArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:people:BastionSessions", name, {}, opts);
        const shell = this.document(
            "shell",
            pulumi.output(args.logGroup).apply((group) => JSON.stringify(shellSession(group))),
        );
        const tunnel = this.document(
            "tunnel",
            pulumi
                .all([args.endpoint, args.port])
                .apply(([host, port]) =>
                    JSON.stringify(portSession("a port that leads to the database", String(port), host)),
                ),
        );
        const socks = this.document(
            "socks",
            JSON.stringify(portSession("a port that leads to the bastion's SOCKS proxy", String(socksPort))),
        );
        this.policyArn = this.policy(name, `sessions on ${name}`, [tunnel.arn, socks.arn]);
        this.shellPolicyArn = this.policy(`${name}-shell`, `a shell on ${name}`, [shell.arn]);
        this.shellDocument = shell.name;
        this.tunnelDocument = tunnel.name;
        this.socksDocument = socks.name;
        this.registerOutputs({ policyArn: this.policyArn });
    }

    private policy(name: string, description: string, documents: pulumi.Input<string>[]): pulumi.Output<string> {
        const { partition, region, accountId } = accountLookups(this);
        const policy = documentJson(
            [
                {
                    Sid: "StartTheseSessions",
                    Effect: "Allow",
                    Action: "ssm:StartSession",
                    Resource: [this.args.instanceArn, ...documents],
                    // Without it, a session that names no document uses AWS' default document, which is not logged:
                    // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html
                    Condition: { BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" } },
                },
                {
                    Sid: "EndOnesOwnSessions",
                    Effect: "Allow",
                    Action: ["ssm:ResumeSession", "ssm:TerminateSession"],
                    // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
                    Resource: pulumi.interpolate`arn:${partition}:ssm:${region}:${accountId}:session/$\{aws:userid}-*`,
                },
            ],
            "managedPolicy",
        );
        return new aws.iam.Policy(name, { description, policy }, { parent: this }).arn;
    }

    private document(kind: string, content: pulumi.Input<string>): aws.ssm.Document {
        return new aws.ssm.Document(
            `${this.name}-${kind}`,
            { documentType: "Session", documentFormat: "JSON", content },
            { parent: this },
        );
    }
}

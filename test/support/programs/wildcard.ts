// A program with one wildcard: its policy would let the bearer connect as every user of every database.
import * as aws from "@pulumi/aws";

const role = new aws.iam.Role("reader", {
    assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
});

new aws.iam.RolePolicy("reader-connect", {
    role: role.name,
    policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "Connect",
                Effect: "Allow",
                Action: "rds-db:connect",
                Resource: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:*/app",
            },
        ],
    }),
});

module keyless/client

go 1.25.0

require (
	github.com/aws/aws-sdk-go-v2/config v1.33.18
	github.com/aws/aws-sdk-go-v2/feature/rds/auth v1.7.12
	github.com/jackc/pgx/v5 v5.13.0
	github.com/lib/pq v1.12.3
)

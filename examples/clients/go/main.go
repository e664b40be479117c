// Connects with IAM to each of these hosts: `client pgx|pq HOST…`. The SDK's default chain finds the credentials;
// everything else is in the environment, as in a container on AWS.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
)

const (
	who   = "SELECT current_user::text, pg_is_in_recovery()"
	write = "CREATE TEMP TABLE attempt (id int)"
)

type result struct {
	Host    string `json:"host"`
	User    string `json:"user,omitempty"`
	Replica bool   `json:"replica"`
	Write   string `json:"write,omitempty"`
	Error   string `json:"error,omitempty"`
}

func main() {
	connect := map[string]func(context.Context, string, *result) error{"pgx": withPgx, "pq": withPq}[os.Args[1]]
	for _, host := range os.Args[2:] {
		found := result{Host: host}
		address, err := addressOf(context.Background(), host)
		if err == nil {
			err = connect(context.Background(), address, &found)
		}
		if err != nil {
			found = result{Host: host, Error: err.Error()}
		}
		line, _ := json.Marshal(found)
		fmt.Println(string(line))
	}
}

// addressOf signs: signing is local, and a token is for one host, so each new connection needs its own.
func addressOf(ctx context.Context, host string) (string, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return "", err
	}
	endpoint, user := host+":"+os.Getenv("PGPORT"), os.Getenv("PGUSER")
	token, err := auth.BuildAuthToken(ctx, endpoint, settings.Region, user, settings.Credentials)
	if err != nil {
		return "", err
	}
	query := url.Values{"sslmode": {"verify-full"}, "sslrootcert": {os.Getenv("PGSSLROOTCERT")}}
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, token), Host: endpoint,
		Path: os.Getenv("PGDATABASE"), RawQuery: query.Encode(),
	}
	return address.String(), nil
}

func withPgx(ctx context.Context, address string, found *result) error {
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	if err := connection.QueryRow(ctx, who).Scan(&found.User, &found.Replica); err != nil {
		return err
	}
	_, err = connection.Exec(ctx, write)
	found.Write = outcome(err)
	return nil
}

func withPq(ctx context.Context, address string, found *result) error {
	database, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	defer database.Close()
	if err := database.QueryRowContext(ctx, who).Scan(&found.User, &found.Replica); err != nil {
		return err
	}
	_, err = database.ExecContext(ctx, write)
	found.Write = outcome(err)
	return nil
}

func outcome(err error) string {
	var fromPgx *pgconn.PgError
	var fromPq *pq.Error
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &fromPgx):
		return fromPgx.Code
	case errors.As(err, &fromPq):
		return string(fromPq.Code)
	default:
		return err.Error()
	}
}

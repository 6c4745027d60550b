// The peer of the Lambda: both clients made before the first event. PEER_CALL=1: one call to S3 in each event.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var records *dynamodb.Client

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	objects := s3.NewFromConfig(settings)
	records = dynamodb.NewFromConfig(settings)
	calls := os.Getenv("PEER_CALL") != ""
	lambda.Start(func(ctx context.Context, _ json.RawMessage) (map[string]string, error) {
		if calls {
			if _, err := objects.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: aws.String("files-in")}); err != nil {
				return nil, err
			}
		}
		return map[string]string{}, nil
	})
}

{{/* The ports are the chart's: probes, services and network policies must know them. */}}
{{- define "context-handling.settings" -}}
API_HOST: 0.0.0.0
API_PORT: "30020"
METRICS_PORT: "30021"
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Half a configuration is refused here, all of it at once, before anything in the cluster changes. */}}
{{- define "context-handling.secrets" -}}
{{- $given := .Values.secrets.values -}}
{{- $missing := list -}}
{{- if not (hasKey $given "SECRET_KEY") -}}
{{- $missing = append $missing "SECRET_KEY" -}}
{{- end -}}
{{- if not (or (hasKey $given "DATABASE_URL") (hasKey .Values.settings "POSTGRES_HOST")) -}}
{{- $missing = append $missing "DATABASE_URL" -}}
{{- end -}}
{{- if not (or (hasKey $given "RABBITMQ_URL") (hasKey .Values.settings "RABBITMQ_HOST")) -}}
{{- $missing = append $missing "RABBITMQ_URL" -}}
{{- end -}}
{{- if $missing -}}
{{- fail (printf "secrets.values lacks %s; give them, or the name of a Secret in secrets.existingSecret" (join ", " $missing)) -}}
{{- end -}}
{{- range $name, $value := $given }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

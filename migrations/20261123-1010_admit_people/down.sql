DROP TABLE security_log;
DROP TABLE sign_in_throttles;
DROP TABLE access_token_leaders;
DROP TABLE access_tokens;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE user_roles;
DROP TABLE users;

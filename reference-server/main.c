#include "reference-server/server.h"

#include "base/standard.h"

int main(int argc, char **argv)
{
	return standard_fill() < 0 ? 4 : server_main(argc, argv);
}
